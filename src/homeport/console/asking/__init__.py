"""What the back ends are asked, and what they answer."""
