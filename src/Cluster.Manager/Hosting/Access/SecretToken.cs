using System.Buffers.Text;
using System.Security.Cryptography;
using Cluster.Contracts.Json;

namespace Cluster.Manager.Hosting.Access;

/// <summary>Makes and hashes the secrets that people and machines present; only the hash is ever stored.</summary>
internal static class SecretToken
{
    /// <summary>Prefix of bearer tokens of the REST API.</summary>
    public const string ApiPrefix = "cluster_";

    public const string JoinPrefix = "cluster_join_";

    /// <summary>Makes a token with 256 random bits.</summary>
    public static string Make(string prefix) => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>
    /// What is stored of a token: lower-case hex SHA-256 of the whole text. A slow hash would add nothing to 256 random bits.
    /// </summary>
    public static string Hash(string token) => CanonicalJson.Sha256(token);
}
