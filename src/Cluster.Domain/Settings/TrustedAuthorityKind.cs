using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Pki.Certificates;

namespace Cluster.Domain.Settings;

/// <summary>
/// Custom certificate authorities. Those that are trusted everywhere go to hosts as trust; a document goes along where a setting
/// names it.
/// </summary>
internal sealed class TrustedAuthorityKind() : KindDefinition<TrustedAuthority>(Reach.Referenced)
{
    private const string Pointer = "/certificates";

    protected override IReadOnlyList<DocumentRule<TrustedAuthority>> Rules { get; } =
    [
        static (authority, _) => Readable(authority),
        static (authority, _) => OnlyAuthorities(authority),
        static (authority, _) => NoKeys(authority),
    ];

    public override bool RestoreWhenHidden => true;

    protected override IEnumerable<Need> NeedsOf(TrustedAuthority document, NeedContext context)
    {
        yield return new Need(Features.TrustCustom, "an authority of the cluster's own");
    }

    private static IEnumerable<FieldError> Readable(TrustedAuthority authority)
    {
        var blocks = AuthorityText.Blocks(authority.Certificates);
        var begins = authority.Certificates.Split("-----BEGIN ").Length - 1;
        if (begins == 0)
            yield return new FieldError(
                Pointer,
                FieldErrorCodes.NoCertificate,
                "The text holds no PEM certificate; give one or more, each from BEGIN CERTIFICATE to END CERTIFICATE.");
        else if (begins != blocks.Count)
            yield return new FieldError(
                Pointer,
                FieldErrorCodes.Damaged,
                $"{begins} blocks begin, {blocks.Count} can be read; copy the text again, whole and unaltered.");
        foreach (var (label, _) in blocks.Where(b => b.Label != AuthorityText.CertificateLabel && !IsKey(b.Label)))
            yield return new FieldError(
                Pointer, FieldErrorCodes.NotACertificate, $"A block '{label}' stands among the certificates; remove it.");
    }

    private static IEnumerable<FieldError> OnlyAuthorities(TrustedAuthority authority)
    {
        var position = 0;
        foreach (var der in AuthorityText.Certificates(authority.Certificates))
        {
            position++;
            var certificate = CertificateInfo.TryRead(der);
            if (certificate is null)
                yield return new FieldError(
                    Pointer, FieldErrorCodes.Damaged, $"Certificate {position} cannot be read; copy it again, whole and unaltered.");
            else if (!certificate.IsAuthority)
                yield return new FieldError(
                    Pointer,
                    FieldErrorCodes.NotAnAuthority,
                    $"Certificate {position} ({certificate.Subject}) is not an authority (basicConstraints CA:TRUE is missing).");
        }
    }

    private static IEnumerable<FieldError> NoKeys(TrustedAuthority authority)
    {
        if (AuthorityText.Blocks(authority.Certificates).Exists(b => IsKey(b.Label)))
            yield return new FieldError(
                Pointer, FieldErrorCodes.PrivateKey, "The text holds a private key; treat it as disclosed, and give certificates only.");
    }

    private static bool IsKey(string label) => label.EndsWith("PRIVATE KEY", StringComparison.Ordinal);
}
