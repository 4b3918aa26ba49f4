"""What can be known to be refused without asking Omeda, and what is worth a warning.

Every rule is one function, in the module of its subject; `book` says how they are applied.
"""

# Each module declares its rules where it is imported; the order is that of the documents.
from bridge.rules import behaviors, billing, contacts, customer, forms, products, telemarketing
from bridge.rules.book import RULES, Finding, Rule, RuleBook, Strictness, Whole

SUBJECTS = (forms, customer, contacts, products, billing, telemarketing, behaviors)
"""The modules that declare rules."""

__all__ = ["RULES", "SUBJECTS", "Finding", "Rule", "RuleBook", "Strictness", "Whole"]
