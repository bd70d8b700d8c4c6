"""The pure part of the service: rules over values, with no database, clock or file behind them."""
