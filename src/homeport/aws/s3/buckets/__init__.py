"""Operations on buckets."""
