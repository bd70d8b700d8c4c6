"""What manifests, configs and histories say, read without trust: whoever may push can put anything into them. No I/O."""
