"""cert-manager: issuers, Certificates, and the keys and signatures behind them."""
