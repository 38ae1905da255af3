"""What a probe says: the verdict, the word of each way, sentences, records and pictures."""
