"""What every page shares: headers, limits, languages, errors. Sets no cookie itself."""
