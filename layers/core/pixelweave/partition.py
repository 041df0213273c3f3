"""In which partitions a row of the log may lie: that of its day, or one near it."""

# Firehose names an object's partition by the arrival of its oldest record, so a row can lie in the day before its own.
EARLY_DAYS = 1
# A spilled hit waits up to 14 days, SQS's longest retention, and lies in the partition of the day it was delivered.
LATE_DAYS = 15
