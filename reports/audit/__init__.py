"""The short report on your own data: `losing-dimensions data PATH --out DIR` (what it says: `verify.data`)."""
