"""How long a text may be, where it is not as long as any: `maxLength` of the OpenAPI document."""

_CUSTOMER = {"business_name": 150, "email": 512, "individual_name": 150, "name": 256, "phone": 20}
_INTENT = {"description": 1000, "statement_descriptor": 22, "statement_descriptor_suffix": 22}
_EVIDENCE = dict.fromkeys(
    [
        "access_activity_log",
        "cancellation_policy_disclosure",
        "cancellation_rebuttal",
        "duplicate_charge_explanation",
        "product_description",
        "refund_policy_disclosure",
        "refund_refusal_explanation",
        "uncategorized_text",
    ],
    20_000,
)
# Characters, by the SDK's class and field.
LIMITS = {
    "ChargeUpdateParams": {"description": 40_000},
    "CustomerCreateParams": _CUSTOMER,
    "CustomerUpdateParams": _CUSTOMER,
    "DisputeUpdateParamsEvidence": _EVIDENCE,
    "PaymentIntentCaptureParams": _INTENT,
    "PaymentIntentCreateParams": _INTENT,
    "PaymentIntentUpdateParams": _INTENT,
}
