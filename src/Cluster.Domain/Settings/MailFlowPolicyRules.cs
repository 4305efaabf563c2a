using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;

namespace Cluster.Domain.Settings;

internal static class MailFlowPolicyRules
{
    /// <summary>Kind of address lists; objects of it are refused as dangling until it is served.</summary>
    private const string AddressLists = "address-lists";

    public static IReadOnlyList<DocumentRule<MailFlowPolicy>> All { get; } =
    [
        static (policy, _) => WithoutTls(policy),
        static (policy, _) => MandatoryFor(policy),
    ];

    public static IEnumerable<ItemReference> References(MailFlowPolicy policy)
    {
        if (policy.TlsMandatoryFor is { } list) yield return new ItemReference(AddressLists, list, "/tlsMandatoryFor");
    }

    private static IEnumerable<FieldError> WithoutTls(MailFlowPolicy policy)
    {
        if (policy.Tls != PolicyTls.Off) yield break;
        if (policy.VerifyClientCertificate == true) yield return new FieldError("/verifyClientCertificate", "contradiction", "Without TLS there is no client certificate; set 'tls' to preferred or required, or leave this off.");
        if (policy.RequireTlsForAuth == true) yield return new FieldError("/requireTlsForAuth", "contradiction", "Without TLS AUTH would never be offered; set 'tls' to preferred or required, or leave this off.");
    }

    private static IEnumerable<FieldError> MandatoryFor(MailFlowPolicy policy)
    {
        if (policy.TlsMandatoryFor is not null && policy.Tls != PolicyTls.Preferred)
            yield return new FieldError("/tlsMandatoryFor", "contradiction", "TLS is mandatory for a list of addresses only where it is preferred for the others; set 'tls' to preferred, or leave the list out.");
        foreach (var error in FieldRules.Reference(policy.TlsMandatoryFor, "/tlsMandatoryFor")) yield return error;
    }
}
