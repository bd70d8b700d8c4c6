"""The rules of parameters: names, values, filters, labels. No I/O, no clock."""
