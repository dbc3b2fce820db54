"""What this computer has: probes, and the evidence for each number."""
