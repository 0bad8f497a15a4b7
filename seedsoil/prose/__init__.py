"""The pages as their check reads them, and the rules of their prose."""
