namespace Cluster.Manager.Hosting.OpenApi;

/// <summary>Names of schemas in the OpenAPI document.</summary>
internal static class SchemaNames
{
    /// <summary>The name of a type: without its suffix Shape, and a page named after its items.</summary>
    public static string Of(Type type)
    {
        if (type.IsGenericType)
        {
            var name = type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)];
            return string.Concat(type.GetGenericArguments().Select(Of)) + name;
        }

        return type.Name.EndsWith("Shape", StringComparison.Ordinal) ? type.Name[..^5] : type.Name;
    }
}
