{{ config(materialized='view') }}
{{ quarantined_records('vtiger') }}
