"""Running weights: the protocol, the client, the child process and its backends."""
