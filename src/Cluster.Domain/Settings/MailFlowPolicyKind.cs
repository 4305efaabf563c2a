using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;

namespace Cluster.Domain.Settings;

/// <summary>Mail flow policies: what a listener asks of the senders that it matched to one.</summary>
internal sealed class MailFlowPolicyKind() : KindDefinition<MailFlowPolicy>(Reach.Referenced)
{
    protected override IReadOnlyList<DocumentRule<MailFlowPolicy>> Rules { get; } =
    [
        static (policy, _) => WithoutTls(policy),
        static (policy, _) => MandatoryFor(policy),
    ];

    public override IReadOnlyList<string> RefersTo { get; } = [AddressList.Kind];

    /// <summary>The features that a policy needs of whatever service has a listener with it.</summary>
    public static IEnumerable<Need> Of(MailFlowPolicy policy)
    {
        yield return new Need(Features.ListenerTls, "a TLS level");
        if (policy.VerifyClientCertificate == true && policy.Tls == PolicyTls.Required)
            yield return new Need(Features.PolicyVerifyClientRequired, "verified client certificates under required TLS");
        if (policy.VerifyClientCertificate == true && policy.Tls == PolicyTls.Preferred)
            yield return new Need(Features.PolicyVerifyClientPreferred, "verified client certificates under preferred TLS");
        if (policy.TlsMandatoryFor is not null) yield return new Need(Features.PolicyTlsMandatoryFor, "TLS mandatory for an address list");
        if (policy.RequireTlsForAuth == true) yield return new Need(Features.PolicyRequireTlsForAuth, "AUTH only under TLS");
    }

    protected override IEnumerable<ItemReference> ReferencesOf(MailFlowPolicy document)
    {
        if (document.TlsMandatoryFor is { } list) yield return new ItemReference(AddressList.Kind, list, "/tlsMandatoryFor");
    }

    private static IEnumerable<FieldError> WithoutTls(MailFlowPolicy policy)
    {
        if (policy.Tls != PolicyTls.Off) yield break;
        if (policy.VerifyClientCertificate == true)
            yield return new FieldError(
                "/verifyClientCertificate",
                FieldErrorCodes.Contradiction,
                "Without TLS there is no client certificate; set 'tls' to preferred or required, or leave this off.");
        if (policy.RequireTlsForAuth == true)
            yield return new FieldError(
                "/requireTlsForAuth",
                FieldErrorCodes.Contradiction,
                "Without TLS AUTH would never be offered; set 'tls' to preferred or required, or leave this off.");
    }

    private static IEnumerable<FieldError> MandatoryFor(MailFlowPolicy policy)
    {
        if (policy.TlsMandatoryFor is not null && policy.Tls != PolicyTls.Preferred)
            yield return new FieldError(
                "/tlsMandatoryFor",
                FieldErrorCodes.Contradiction,
                "TLS is mandatory for a list of addresses only where it is preferred for the others; set 'tls' to preferred, or leave "
                    + "the list out.");
        foreach (var error in FieldRules.Reference(policy.TlsMandatoryFor, "/tlsMandatoryFor")) yield return error;
    }
}
