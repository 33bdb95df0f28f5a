"""What the portal holds of money, documents and messages, as lists that programs can compare."""
