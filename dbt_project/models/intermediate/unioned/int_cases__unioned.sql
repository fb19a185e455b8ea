{{ union_sources('cases') }}
