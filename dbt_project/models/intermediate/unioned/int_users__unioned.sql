{{ union_sources('users') }}
