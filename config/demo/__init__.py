"""An invented school, the same every time, made through the services that real schools use."""
