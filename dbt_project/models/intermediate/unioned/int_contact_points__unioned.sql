{{ union_sources('contact_points') }}
