using System.Security.Cryptography;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Pki.Certificates;
using Cluster.Pki.Chains;
using Cluster.Pki.Findings;
using Severity = Cluster.Contracts.Findings.FindingSeverity;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Findings about certificates in the configuration that a request sees; built once a request.</summary>
internal sealed class CertificateEvaluation(ConfigurationSnapshot snapshot, DateTimeOffset now)
{
    private readonly Lazy<ILookup<string, Binding>> bindings = new(() => BindingsOf(snapshot).ToLookup(b => b.Certificate, StringComparer.Ordinal));
    private readonly Lazy<IReadOnlyList<CertificateInfo>> authorities = new(() => [.. AuthoritiesOf(snapshot)]);
    private readonly Lazy<TrustAnchors> trust = new(() => new TrustAnchors([.. AuthoritiesOf(snapshot)], useSystem: true));

    /// <summary>Certificates of the cluster's trusted authorities, at every level, enabled or not.</summary>
    public IReadOnlyList<CertificateInfo> Authorities => authorities.Value;

    /// <summary>Evaluates a version as the certificate of a name, by itself and in every place that names it.</summary>
    /// <param name="name">Name of the certificate.</param>
    /// <param name="content">The version.</param>
    /// <param name="repaired">What the repair of an upload did; null = the version is stored already.</param>
    /// <param name="muted">Warnings that are accepted.</param>
    public IReadOnlyList<CertificateFindingShape> Evaluate(string name, NewVersion content, CertificateChain? repaired, IReadOnlyList<MutedFinding>? muted)
    {
        var context = new FindingContext
        {
            Certificate = content.Leaf,
            Intermediates = content.Intermediates,
            Repaired = repaired,
            Now = now,
            Demo = content.Source == CertificateSource.Demo,
            Trust = trust.Value,
        };
        var found = CertificateFindings.Evaluate(context).ToList();
        foreach (var binding in bindings.Value[name])
        {
            var there = CertificateFindings.Evaluate(context with { Role = binding.Role, HostNames = binding.HostNames, Public = binding.Public });
            found.AddRange(there);
        }

        return [.. found
            .GroupBy(f => (f.Code, f.Message))
            .Select(g => g.MinBy(f => f.Severity)!)
            .OrderBy(f => f.Severity).ThenBy(f => f.Code, StringComparer.Ordinal)
            .Select(f => Show(f, muted))];
    }

    /// <summary>Shows a finding.</summary>
    public CertificateFindingShape Show(CertificateFinding finding, IReadOnlyList<MutedFinding>? muted) => new()
    {
        Code = finding.Code,
        Severity = (Severity)(int)finding.Severity,
        Message = finding.Message,
        Hint = finding.Hint,
        Muted = finding.Severity != FindingSeverity.Error && muted?.Any(m => m.Code == finding.Code && m.Until > now) == true ? true : null,
    };

    private static IEnumerable<Binding> BindingsOf(ConfigurationSnapshot snapshot)
    {
        foreach (var item in snapshot.Items.Where(i => !i.Hidden))
        {
            switch (item.Key.Kind)
            {
                case Kinds.Listeners:
                    foreach (var binding in OfListener(item.Document!.Read<Listener>())) yield return binding;
                    break;
                case Kinds.DestinationControls when item.Document!.Read<DestinationControl>().Certificate is { } client:
                    yield return new Binding(client, BindingRole.Client, [], true);
                    break;
                case Kinds.Outbound when item.Document!.Read<OutboundSettings>().Certificate is { } client:
                    yield return new Binding(client, BindingRole.Client, [], true);
                    break;
            }
        }
    }

    private static IEnumerable<Binding> OfListener(Listener listener)
    {
        var open = listener.Type == ListenerType.Public;
        if (listener.Certificate is { } certificate) yield return new Binding(certificate, BindingRole.Server, [listener.Hostname], open);
        if (listener.AlternateCertificate is { } alternate) yield return new Binding(alternate, BindingRole.Server, [listener.Hostname], open);
        foreach (var sni in listener.Sni ?? []) yield return new Binding(sni.Certificate, BindingRole.Server, [sni.ServerName], open);
    }

    private static IEnumerable<CertificateInfo> AuthoritiesOf(ConfigurationSnapshot snapshot)
    {
        foreach (var item in snapshot.Items.Where(i => i is { Hidden: false, Key.Kind: Kinds.TrustedAuthorities }))
        {
            var text = item.Document!.Read<TrustedAuthority>().Certificates.AsMemory();
            while (PemEncoding.TryFind(text.Span, out var fields))
            {
                var block = text[fields.Location];
                if (CertificateInfo.TryReadPem(block.Span) is { } certificate) yield return certificate;
                text = text[fields.Location.End..];
            }
        }
    }

    private sealed record Binding(string Certificate, BindingRole Role, IReadOnlyList<string> HostNames, bool Public);
}
