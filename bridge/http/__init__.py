"""Two ways to make one HTTP request: aiohttp's session, and prepared bytes on its connections."""
