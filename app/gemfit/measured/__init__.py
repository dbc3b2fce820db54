"""What was measured on this machine: its speed, and what past loads really took."""
