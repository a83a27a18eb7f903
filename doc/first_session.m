## Versions are counted from the first line on: this session ran when the
## manual was made.

x = 1 + 1
