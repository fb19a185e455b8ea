{{ config(materialized='view') }}
{{ logged_records('mapped') }}
