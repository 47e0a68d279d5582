"""From the answers of one patient to probabilities, urgency, reasons and the next question."""
