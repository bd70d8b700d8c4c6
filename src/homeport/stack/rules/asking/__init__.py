"""How a running stack is asked, wherever it runs: connections, certificates, clients of AWS."""
