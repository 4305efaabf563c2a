using Cluster.Agent.Drivers.Postfix.Files;

namespace Cluster.Agent.Drivers.Postfix.ClientCertificates;

/// <summary>
/// Limits that the queue manager looks up by the name of a transport (qmgr(8), <c>transport_destination_concurrency_limit</c> and others):
/// what the administrator set for the original holds for its copy, too.
/// </summary>
internal static class CopiedLimits
{
    private static readonly string[] Endings =
    [
        "destination_concurrency_limit", "destination_concurrency_failed_cohort_limit", "destination_concurrency_negative_feedback",
        "destination_concurrency_positive_feedback", "destination_rate_delay", "destination_recipient_limit",
        "initial_destination_concurrency", "transport_rate_delay", "recipient_limit", "extra_recipient_limit", "recipient_refill_limit",
        "recipient_refill_delay", "delivery_slot_cost", "delivery_slot_loan", "delivery_slot_discount", "minimum_delivery_slots",
    ];

    /// <summary>Parameters for the copy.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(OwnTransport transport, MainCf administrator) =>
        from ending in Endings
        let value = administrator.Find($"{transport.Base}_{ending}")
        where value is not null
        select KeyValuePair.Create($"{transport.Name}_{ending}", value);
}
