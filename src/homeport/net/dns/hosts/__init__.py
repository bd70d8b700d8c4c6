"""The hosts file of this machine, as a keeper of records. https://man7.org/linux/man-pages/man5/hosts.5.html"""
