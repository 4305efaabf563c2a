using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;
using Cluster.Pki.Chains;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Renewals;

/// <summary>Compares a certificate with the one that it replaces: what a peer can see is told before a peer sees it.</summary>
public static class CertificateComparison
{
    private static readonly TimeSpan Noticeable = TimeSpan.FromDays(1);

    /// <summary>Returns the differences, by kind; empty when a peer sees none.</summary>
    /// <param name="before">What is replaced.</param>
    /// <param name="after">What replaces it.</param>
    /// <param name="anchors">Where the roots are looked for; null = the chains themselves must tell.</param>
    public static IReadOnlyList<CertificateDifference> Between(ServedCertificate before, ServedCertificate after, TrustAnchors? anchors)
    {
        var (old, now) = (before.Leaf, after.Leaf);
        var found = new List<CertificateDifference>();
        Issuers(before, after, anchors, found);
        if (!Same(old.Subject, now.Subject))
            found.Add(new(DifferenceKind.Subject, old.Subject, now.Subject, $"The subject is '{now.Subject}' instead of '{old.Subject}'."));
        Keys(old.PublicKey, now.PublicKey, found);
        Names(before, after, found);
        found.AddRange(UsageComparison.Lost(before, after));
        if (before.Intermediates.Count != after.Intermediates.Count)
            found.Add(new(
                DifferenceKind.ChainLength,
                $"{before.Intermediates.Count}",
                $"{after.Intermediates.Count}",
                $"{Count(after.Intermediates.Count)} served with it instead of {before.Intermediates.Count}; peers build another path."));
        Validity(old, now, found);
        if (old.MustStaple() != now.MustStaple())
            found.Add(new(
                DifferenceKind.MustStaple,
                old.MustStaple() ? "must-staple" : null,
                now.MustStaple() ? "must-staple" : null,
                now.MustStaple()
                    ? "It asks for an OCSP answer in the handshake (must-staple, RFC 7633), the old one did not; peers that heed it refuse "
                        + "a server that sends none."
                    : "It does not ask for an OCSP answer in the handshake any more (must-staple, RFC 7633)."));
        return found;
    }

    private static void Issuers(
        ServedCertificate before, ServedCertificate after, TrustAnchors? anchors, List<CertificateDifference> found)
    {
        var (old, now) = (before.Leaf.Issuer, after.Leaf.Issuer);
        if (!Same(old, now))
            found.Add(new(
                DifferenceKind.Issuer,
                old,
                now,
                $"'{now}' issued it instead of '{old}'; peers that know only the old one, CAA and TLSA records must allow the new one."));
        var (oldRoot, root) = (before.Root(anchors), after.Root(anchors));
        var sameRoot = oldRoot.Key is { } oldKey && root.Key is { } key
            ? string.Equals(oldKey, key, StringComparison.Ordinal)
            : Same(oldRoot.Name, root.Name);
        if (!sameRoot)
            found.Add(new(
                DifferenceKind.Root,
                oldRoot.Name,
                root.Name,
                $"The chain leads to the root '{root.Name}' instead of '{oldRoot.Name}'; peers that do not trust it refuse it."));
    }

    private static void Keys(PublicKeyMaterial old, PublicKeyMaterial now, List<CertificateDifference> found)
    {
        if (old.Matches(now)) return;
        found.Add(new(
            DifferenceKind.Key,
            old.Sha256,
            now.Sha256,
            "The key is another one; peers that pin the old one, and TLSA records of it, refuse it."));
        var (oldKind, kind) = (KeyTexts.Name(old), KeyTexts.Name(now));
        if (oldKind != kind)
            found.Add(new(
                DifferenceKind.KeyKind,
                oldKind,
                kind,
                $"The key is {kind} instead of {oldKind}; peers that cannot use that kind fail in the handshake."));
    }

    private static void Names(ServedCertificate before, ServedCertificate after, List<CertificateDifference> found)
    {
        var (old, now) = (Distinct(before), Distinct(after));
        found.AddRange(
            old.Except(now, StringComparer.OrdinalIgnoreCase)
                .Select(
                    name => new CertificateDifference(
                        DifferenceKind.NameLost, name, null, $"It does not have the name '{name}' any more.")));
        found.AddRange(
            now.Except(old, StringComparer.OrdinalIgnoreCase)
                .Select(name => new CertificateDifference(DifferenceKind.NameNew, null, name, $"It has the name '{name}', which is new.")));
    }

    private static void Validity(CertificateInfo old, CertificateInfo now, List<CertificateDifference> found)
    {
        var (was, life) = (old.NotAfter - old.NotBefore, now.NotAfter - now.NotBefore);
        if ((was - life).Duration() < Noticeable) return;
        found.Add(new(
            DifferenceKind.ValidityPeriod,
            Days(was),
            Days(life),
            life < was
                ? $"It is valid for {Days(life)} instead of {Days(was)}, until {now.NotAfter:u}; it must be renewed more often."
                : $"It is valid for {Days(life)} instead of {Days(was)}, until {now.NotAfter:u}."));
    }

    private static List<string> Distinct(ServedCertificate certificate) =>
        [.. certificate.Names.Distinct(StringComparer.OrdinalIgnoreCase)];

    private static string Days(TimeSpan time) => Math.Round(time.TotalDays) is 1 ? "1 day" : $"{Math.Round(time.TotalDays)} days";

    private static string Count(int intermediates) => intermediates switch
    {
        0 => "No intermediates are",
        1 => "1 intermediate is",
        _ => $"{intermediates} intermediates are",
    };

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
