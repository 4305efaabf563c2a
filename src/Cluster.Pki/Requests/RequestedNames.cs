using System.Net;
using Cluster.Pki.Certificates;
using Cluster.Pki.Names;

namespace Cluster.Pki.Requests;

/// <summary>Checked subject and alternative names for a request or a self-signed certificate.</summary>
public sealed record RequestedNames
{
    // The rest of the 16 KiB that a request may have is left to subject, key and signature.
    private const int MaximumNameBytes = 12 * 1024;

    private RequestedNames(SubjectName subject, IReadOnlyList<string> dnsNames, IReadOnlyList<IPAddress> ipAddresses) =>
        (Subject, DnsNames, IpAddresses) = (subject, dnsNames, ipAddresses);

    /// <summary>The subject, with the common name filled in.</summary>
    public SubjectName Subject { get; }

    /// <summary>The subject as text, as certificate and request will show it.</summary>
    public string SubjectText => DistinguishedNames.Text(DistinguishedNames.Build(Subject));

    /// <summary>dNSName entries as A-labels, without duplicates.</summary>
    public IReadOnlyList<string> DnsNames { get; }

    /// <summary>iPAddress entries, without duplicates.</summary>
    public IReadOnlyList<IPAddress> IpAddresses { get; }

    /// <summary>
    /// Checks all parts; when absent, the common name is the first alternative name that fits its 64 characters, and without any
    /// alternative name a common name that is a host name stands as one: peers look nowhere else (RFC 9525, 2).
    /// </summary>
    /// <param name="subject">Asked subject, or null.</param>
    /// <param name="dnsNames">Asked host names in A- or U-labels, with or without one left-most wildcard label.</param>
    /// <param name="ipAddresses">Asked addresses as text.</param>
    /// <param name="names">The checked names, or null when there are problems.</param>
    /// <returns>Every problem, not only the first.</returns>
    public static IReadOnlyList<NameProblem> Check(
        SubjectName? subject,
        IReadOnlyList<string>? dnsNames,
        IReadOnlyList<string>? ipAddresses,
        out RequestedNames? names)
    {
        var problems = new List<NameProblem>();
        var hosts = ReadHosts(dnsNames ?? [], problems);
        var addresses = ReadAddresses(ipAddresses ?? [], problems);
        SubjectRules.Check(subject ?? new SubjectName(), problems);
        if (hosts.Count == 0 && addresses.Count == 0 && problems.Count == 0 && IsHost(subject?.CommonName, out var host)) hosts.Add(host);
        var filled = Fill(subject ?? new SubjectName(), hosts, addresses);
        if (problems.Count == 0 && filled.IsEmpty && hosts.Count == 0 && addresses.Count == 0)
            problems.Add(
                new NameProblem("dnsNames", "names-missing", "Neither a subject nor a name is given; give at least one DNS name."));
        var size = hosts.Sum(h => h.Length + 4) + (addresses.Count * 20);
        if (size > MaximumNameBytes)
            problems.Add(
                new NameProblem(
                    "dnsNames",
                    "too-many-names",
                    $"The names take {size} bytes; at most {MaximumNameBytes} fit a request. Split them over several certificates."));
        names = problems.Count == 0 ? new RequestedNames(filled, hosts, addresses) : null;
        return problems;
    }

    private static List<string> ReadHosts(IReadOnlyList<string> dnsNames, List<NameProblem> problems)
    {
        var result = new List<string>();
        for (var i = 0; i < dnsNames.Count; i++)
        {
            if (!Names.DnsNames.TryNormalisePattern(dnsNames[i], out var name))
                problems.Add(
                    new NameProblem(
                        $"dnsNames/{i}",
                        "invalid-dns-name",
                        $"'{SubjectRules.Shown(dnsNames[i])}' is not a host name (RFC 1123; one left-most label '*' is allowed)."));
            else if (IpAddressText.EndsInNumber(name))
                problems.Add(
                    new NameProblem(
                        $"dnsNames/{i}",
                        "invalid-dns-name",
                        $"'{name}' is not a host name: its last label is a number (RFC 1123, 2.1). Addresses go into ipAddresses."));
            else if (!result.Contains(name))
                result.Add(name);
        }

        return result;
    }

    private static bool IsHost(string? commonName, out string host) =>
        Names.DnsNames.TryNormalisePattern(commonName, out host)
            && host.Contains('.', StringComparison.Ordinal)
            && !IpAddressText.EndsInNumber(host);

    private static List<IPAddress> ReadAddresses(IReadOnlyList<string> ipAddresses, List<NameProblem> problems)
    {
        var result = new List<IPAddress>();
        for (var i = 0; i < ipAddresses.Count; i++)
        {
            if (!IpAddressText.TryRead(ipAddresses[i], out var address))
                problems.Add(
                    new NameProblem(
                        $"ipAddresses/{i}",
                        "invalid-ip-address",
                        $"'{SubjectRules.Shown(ipAddresses[i])}' is not an IPv4 or IPv6 address; write 192.0.2.10 or 2001:db8::10, without "
                            + "leading zeros in IPv4, zone, brackets or port."));
            else if (!result.Contains(address))
                result.Add(address);
        }

        return result;
    }

    private static SubjectName Fill(SubjectName subject, List<string> hosts, List<IPAddress> addresses)
    {
        if (!string.IsNullOrEmpty(subject.CommonName)) return subject;
        var names = hosts.Concat(addresses.Select(a => a.ToString()));
        return subject with { CommonName = names.FirstOrDefault(n => n.Length <= SubjectRules.MaximumCommonName) };
    }
}
