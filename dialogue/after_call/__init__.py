"""What is written once a conversation is over: documents for people, and a lead for the CRM."""
