using System.Security.Cryptography;
using System.Text;

namespace Cluster.Agent.Drivers.Postfix.ClientCertificates;

/// <summary>
/// A transport of ours: a copy of one of the administrator's that shows another client certificate. Postfix chooses certificates by
/// transport and by nothing else.
/// </summary>
/// <param name="Base">The transport that it is a copy of.</param>
/// <param name="Certificate">Name of the certificate.</param>
internal sealed record OwnTransport(string Base, string Certificate)
{
    private const int KeyLength = 16;

    /// <summary>Its name in master.cf. It follows from both, so that one name never means another certificate.</summary>
    public string Name => PostfixNames.Prefix + Key;

    /// <summary>The parameter that holds its smtp_tls_chain_files.</summary>
    public string Parameter => ParameterOf(Name);

    /// <summary>The file of its key and chain in a generation.</summary>
    public string File => $"client_{Key}.pem";

    private string Key => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Base}\0{Certificate}")))[..KeyLength];

    /// <summary>The parameter that holds smtp_tls_chain_files of a transport of ours.</summary>
    public static string ParameterOf(string name) => $"{name}_certificate";
}
