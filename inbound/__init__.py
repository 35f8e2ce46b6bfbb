"""Raw mail and providers' webhooks, read into events; knows the rules' words, no database and no HTTP."""
