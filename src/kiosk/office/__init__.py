"""What the village office decides and keeps beside the ledger: honours, rewards, texts, who did what."""
