"""The rules of secrets: names, staging labels, filters, passwords. No I/O, no clock."""
