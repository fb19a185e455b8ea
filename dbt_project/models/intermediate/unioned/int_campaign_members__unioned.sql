{{ config(materialized='view') }}
{{ union_sources('campaign_members') }}
