//! Settings that are one of a few, each with a name and a line of help.

/// A setting that is one of a few; [`choices!`](crate::choices) makes one.
pub trait Choice: Copy + 'static {
    /// What a user can choose, in the order in which it is listed.
    const OFFERED: &'static [Self];

    /// Name on the command line, in files and in JSON.
    fn name(self) -> &'static str;

    /// One line of help.
    fn about(self) -> &'static str;

    /// The one of this name.
    fn named(name: &str) -> Option<Self> {
        Self::OFFERED.iter().copied().find(|choice| choice.name() == name)
    }
}

/// Defines an enum that is a [`Choice`](crate::choice::Choice): the documentation of a variant is its help, and the text
/// behind it its name, by which serde knows it too. Variants under `not offered` have names that users cannot choose.
#[macro_export]
macro_rules! choices {
    (
        $(#[$meta:meta])*
        $vis:vis enum $Type:ident {
            $(#[doc = $about:literal] $(#[$marker:ident])? $Offered:ident = $name:literal,)+
        }
        $(not offered {
            $(#[doc = $hidden_about:literal] $Hidden:ident = $hidden_name:literal,)+
        })?
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
        $vis enum $Type {
            $(#[doc = $about] #[serde(rename = $name)] $(#[$marker])? $Offered,)+
            $($(#[doc = $hidden_about] #[serde(rename = $hidden_name)] $Hidden,)+)?
        }

        impl $Type {
            /// Name on the command line, in files and in JSON.
            $vis const fn name(self) -> &'static str {
                match self {
                    $(Self::$Offered => $name,)+
                    $($(Self::$Hidden => $hidden_name,)+)?
                }
            }
        }

        impl $crate::choice::Choice for $Type {
            const OFFERED: &'static [Self] = &[$(Self::$Offered),+];

            fn name(self) -> &'static str {
                $Type::name(self)
            }

            fn about(self) -> &'static str {
                match self {
                    $(Self::$Offered => $about,)+
                    $($(Self::$Hidden => $hidden_about,)+)?
                }
                .trim_start()
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::Choice;

    choices! {
        /// A colour.
        #[derive(Default)]
        enum Colour {
            /// Like blood
            Red = "red",
            /// Like the sky at noon
            #[default]
            SkyBlue = "sky-blue",
        }
        not offered {
            /// Seen by nobody
            Infrared = "infrared",
        }
    }

    #[test]
    fn a_choice_has_its_name_its_help_and_its_place_in_files() {
        assert_eq!(Colour::OFFERED, [Colour::Red, Colour::SkyBlue]);
        assert_eq!(Colour::default().name(), "sky-blue");
        assert_eq!(Colour::Red.about(), "Like blood");
        assert_eq!((Colour::named("red"), Colour::named("infrared")), (Some(Colour::Red), None));
        assert_eq!(serde_json::to_string(&Colour::Infrared).unwrap(), "\"infrared\"");
        assert_eq!(serde_json::from_str::<Colour>("\"sky-blue\"").unwrap(), Colour::SkyBlue);
        assert!(serde_json::from_str::<Colour>("\"SkyBlue\"").is_err());
    }
}
