"""What pages made of panels share: the frame with its tabs, the address, and the safety questions before a plan."""
