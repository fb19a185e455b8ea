{{ config(materialized='view') }}
{{ union_sources('subscriptions') }}
