"""How the site is put to work: `local` is one machine, for trying out, developing and testing."""
