"""Code that services share; it never imports a service."""
