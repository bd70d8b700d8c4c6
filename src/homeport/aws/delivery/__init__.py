"""What carries calls from one service to another, as services never import each other."""
