using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Fleet;
using Cluster.Domain.Levels;
using Cluster.Domain.Validation;
using Cluster.Pki.Names;

namespace Cluster.Domain.Settings;

/// <summary>Destination controls: how mail to one domain, its sub-domains or every other domain is sent.</summary>
internal sealed class DestinationControlKind() : KindDefinition<DestinationControl>(Reach.Service)
{
    private static readonly DestinationTls[] Verifying = [
        DestinationTls.PreferredVerify, DestinationTls.RequiredVerify, DestinationTls.RequiredVerifyHostedDomains
    ];

    private static readonly DestinationTls[] Strict = [
        DestinationTls.Required, DestinationTls.RequiredVerify, DestinationTls.RequiredVerifyHostedDomains
    ];

    private static readonly DestinationTls[] Weakest =
    [
        DestinationTls.None, DestinationTls.Preferred, DestinationTls.PreferredVerify,
        DestinationTls.Required, DestinationTls.RequiredVerifyHostedDomains, DestinationTls.RequiredVerify,
    ];

    protected override IReadOnlyList<DocumentRule<DestinationControl>> Rules { get; } =
    [
        static (_, context) => Address(context.Name),
        static (destination, context) => DefaultOfDefault(destination, context.Name),
        static (destination, _) => Match(destination),
        static (destination, _) => Dane(destination),
        static (destination, _) => Certificate(destination),
    ];

    public override bool RestoreWhenHidden => true;

    public override IReadOnlyList<string> RefersTo { get; } = [CertificateSettings.Kind];

    /// <summary>Domains are compared as lower-case A-labels.</summary>
    public override string Normalize(string name)
    {
        var under = name.StartsWith('.');
        if (!DnsNames.TryNormalise(under ? name[1..] : name, out var domain)) return name;
        return under ? "." + domain : domain;
    }

    public override FieldError? CheckName(string name, string pointer)
    {
        if (name == DestinationControl.DefaultName) return null;
        var domain = name.StartsWith('.') ? name[1..] : name;
        return domain.Length > 0 && DnsNames.TryNormalise(domain, out _)
            ? null
            : new FieldError(
                pointer,
                FieldErrorCodes.Domain,
                "A destination is a domain of A- or U-labels, '.domain' for its sub-domains, or 'default'.");
    }

    protected override IEnumerable<ItemReference> ReferencesOf(DestinationControl document)
    {
        if (document.Certificate is { } certificate) yield return ItemReference.ToClientCertificate(certificate, "/certificate");
    }

    protected override IEnumerable<Need> NeedsOf(DestinationControl document, NeedContext context)
    {
        var mode = EnumNames.Of(document.Tls);
        if (document.Tls != DestinationTls.Default) yield return new Need(Features.DestinationTlsPrefix + mode, $"TLS mode '{mode}'");
        if (document.Match is not null) yield return new Need(Features.DestinationMatch, "an own list of names");
        if (document.Certificate is not null) yield return new Need(Features.DestinationCertificate, "a client certificate of its own");
        if (document.OverrideHostPolicy is true)
            yield return new Need(Features.DestinationOverrideHostPolicy, "less than the host's own policy");
        if (document.Dane is not (DaneMode.Opportunistic or DaneMode.Mandatory)) yield break;
        var dane = EnumNames.Of(document.Dane.Value);
        yield return new Need(Features.DestinationDanePrefix + dane, $"DANE '{dane}'");
        if (document.Dane == DaneMode.Opportunistic && Strict.Contains(document.Tls))
            yield return new Need(Features.DestinationDaneOpportunisticStrict, $"opportunistic DANE together with '{mode}'");
    }

    // Whoever is to be verified must be verifiable: where no authority is trusted, a required verification refuses everybody.
    internal override IEnumerable<RawFinding> CheckEffective(MachineClass machines, ValidationInput input)
    {
        if (EffectiveTrust.Of(machines.Effective).TrustsServers) yield break;
        foreach (var (item, destination) in machines.Effective.All<DestinationControl>())
        {
            if (!NeedsAuthority(destination)) continue;
            yield return RawFinding.Error(
                "server-trust-empty",
                item.Item,
                $"Mail to '{item.Name}' goes only to verified servers, but no authority is trusted there: nothing would be delivered.",
                "Add a trusted authority, switch the system's list on, choose mandatory DANE, or a mode that does not verify.");
        }
    }

    // With mandatory DANE only the keys count that the domain publishes.
    private static bool NeedsAuthority(DestinationControl destination) => destination is
    {
        Tls: DestinationTls.RequiredVerify or DestinationTls.RequiredVerifyHostedDomains,
        Dane: not DaneMode.Mandatory,
    };

    // A control that is new counts as well: until now the default one held for its domain.
    internal override IEnumerable<string> Dangers(EffectiveConfiguration before, EffectiveConfiguration after)
    {
        var domains = before.Of(Kind).Concat(after.Of(Kind)).Select(i => i.Item.Key.Name).Distinct();
        if (domains.Any(d => IsWeaker(Holding(before, d), Holding(after, d)))) yield return DangerousChanges.ModeLowered;
        if (after.All<DestinationControl>().Any(d => Overrides(d.Value) && !Overrides(before.Get<DestinationControl>(d.Item.Name))))
            yield return DangerousChanges.HostPolicyOverridden;
    }

    private static bool Overrides(DestinationControl? control) => control?.OverrideHostPolicy is true;

    private static bool IsWeaker(DestinationControl was, DestinationControl now) =>
        Array.IndexOf(Weakest, now.Tls) < Array.IndexOf(Weakest, was.Tls) || (now.Dane ?? DaneMode.None) < (was.Dane ?? DaneMode.None);

    // What holds for a domain: its own control, else the default one, else TLS is not asked for.
    private static DestinationControl Holding(EffectiveConfiguration effective, string domain)
    {
        var own = effective.Get<DestinationControl>(domain);
        if (own is { Tls: not DestinationTls.Default }) return own;
        return effective.Get<DestinationControl>(DestinationControl.DefaultName) ?? new DestinationControl { Tls = DestinationTls.None };
    }

    // No rule of names: what was written before there was this one can still be hidden.
    private static IEnumerable<FieldError> Address(string name)
    {
        if (DnsNames.TryNormalise(name.TrimStart('.'), out var domain) && DnsNames.EndsInNumber(domain))
            yield return new FieldError(
                "",
                FieldErrorCodes.Domain,
                $"'{name}' is an address, or part of one, and no domain. Mail to an address literal is looked up as [ADDRESS], so that "
                    + "this would hold for no mail; name the domain that the mail goes to.");
    }

    private static IEnumerable<FieldError> DefaultOfDefault(DestinationControl destination, string name)
    {
        if (destination.Tls == DestinationTls.Default && name == DestinationControl.DefaultName)
            yield return new FieldError(
                "/tls", FieldErrorCodes.Contradiction, "The 'default' destination cannot refer to itself; choose a mode.");
    }

    private static IEnumerable<FieldError> Match(DestinationControl destination)
    {
        if (destination.Match is not { } names) yield break;
        if (!Verifying.Contains(destination.Tls))
            yield return new FieldError(
                "/match",
                FieldErrorCodes.Contradiction,
                "Names are matched only where the certificate is verified; choose a verifying mode, or leave the list out.");
        if (names.Count == 0)
            yield return new FieldError("/match", FieldErrorCodes.Empty, "An empty list would match nothing; name hosts, or leave it out.");
        for (var i = 0; i < names.Count; i++)
        {
            foreach (var error in FieldRules.HostName(names[i].StartsWith('.') ? names[i][1..] : names[i], $"/match/{i}"))
                yield return error;
        }

        foreach (var error in FieldRules.Unique(names, "/match", "name", Normalized)) yield return error;
    }

    private static string Normalized(string name) => name.StartsWith('.') ? "." + FieldRules.Domain(name[1..]) : FieldRules.Domain(name);

    private static IEnumerable<FieldError> Dane(DestinationControl destination)
    {
        if (destination.Dane is null or DaneMode.None) yield break;
        if (destination.Tls is DestinationTls.Default or DestinationTls.None)
            yield return new FieldError(
                "/dane",
                FieldErrorCodes.Contradiction,
                "DANE needs a TLS mode of its own: preferred for opportunistic, required or stricter for mandatory.");
        else if (destination.Dane == DaneMode.Mandatory && !Strict.Contains(destination.Tls))
            yield return new FieldError(
                "/dane",
                FieldErrorCodes.Contradiction,
                "Mandatory DANE goes with required and stricter modes (RFC 7672); choose one, or opportunistic DANE.");
    }

    private static IEnumerable<FieldError> Certificate(DestinationControl destination)
    {
        foreach (var error in FieldRules.Reference(destination.Certificate, "/certificate")) yield return error;
        if (destination.Certificate is not null && destination.Tls == DestinationTls.None)
            yield return new FieldError(
                "/certificate",
                FieldErrorCodes.Contradiction,
                "A client certificate is never shown without TLS; choose another mode, or leave it out.");
    }
}
