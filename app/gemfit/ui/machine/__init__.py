"""What this machine is, how that is known, how fast it is, and how right past predictions were."""
